import { type CodeEntry, error, warning } from './entry.ts';

/** Names. */
export const NAME_CODES = {
  unknownName: error('Q2001', 'unknown name `{name}`'),
  unknownField: error('Q2002', '`{record}` has no field `{name}`'),
  unknownFunction: error('Q2003', 'unknown function or formula `{name}`'),
  unknownType: error('Q2004', 'unknown type or unit `{name}`'),
  duplicateName: error('Q2005', '`{name}` is already defined'),
  unknownPoint: error('Q2006', 'no loaded plugin has the point `{name}`'),
  unknownEach: error(
    'Q2007',
    'the point `{point}` has no list of `{name}`',
    '`each NAME` goes over a list fact called NAME, NAMEs or NAMEes',
  ),
  unknownRole: error('Q2008', 'unknown role `{name}`'),
  recursion: error('Q2009', '`{name}` uses itself: {path}', 'a rule must always come to an end'),
  unknownGate: error('Q2010', 'no gate `{name}`'),
  unknownEnumValue: error('Q2011', '`{name}` is not one of {values}'),
  absentPlugin: warning('Q2012', 'plugin `{name}` is not loaded, so this module is switched off'),
  unknownEvent: error('Q2013', 'no loaded plugin has the event `{name}`'),
  unknownAction: error('Q2014', 'no loaded plugin has the action `{name}`'),
  unknownParameter: error('Q2015', '`{action}` has no parameter `{name}`'),
  unknownChannel: error('Q2016', 'unknown channel `{name}`'),
  unknownAlert: error('Q2017', 'no alert `{name}`'),
  unknownApproval: error('Q2018', 'no approval `{name}`'),
  unknownRecord: error('Q2019', 'no loaded plugin has the record `{name}`'),
  ambiguousName: error(
    'Q2020',
    '`{name}` is a field of {records}',
    'write it with its record: `{example}`',
  ),
  lookAlike: warning(
    'Q2023',
    '`{name}` looks like another name that stands here',
    'letters of two scripts look the same: give one of them another name',
  ),
  reservedName: error(
    'Q2021',
    '`{name}` is what every {block} has of its own',
    'give this one another name',
  ),
  callsTooDeep: error(
    'Q2022',
    '`{name}` leads through more than {limit} formulas that call one another in a row',
    'reckon in fewer steps',
  ),
} as const satisfies Record<string, CodeEntry>;
