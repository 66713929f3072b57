import { type FaultDetails, fill, type Language } from './errors.ts';

const STEPS = {
  outside_folder: {
    uz: '{user} foydalanuvchisi {folder} ga kira olmaydi: baza {target} da turadi ({link} unga havola)',
    ru: 'Пользователь {user} не может войти в {folder}: база лежит в {target} ({link} ссылается туда)',
    en: "The user {user} can't enter {folder}: the database is kept in {target} ({link} points there)",
  },
  copying_binaries: {
    uz: '{user} PostgreSQL fayllariga yeta olmaydi: ular {folder} ga nusxalanmoqda (60 MB)',
    ru: 'Пользователь {user} не имеет доступа к файлам PostgreSQL: копируются в {folder} (60 МБ)',
    en: "The user {user} can't reach PostgreSQL's files: copying them to {folder} (60 MB)",
  },
  stopping_orphan: {
    uz: "Oldingi ishga tushirishdan qolgan PostgreSQL to'xtatilmoqda (jarayon {pid})",
    ru: 'Останавливается PostgreSQL, оставшийся от прежнего запуска (процесс {pid})',
    en: 'Stopping a PostgreSQL left from an earlier start (process {pid})',
  },
  creating: {
    uz: "{folder} da ma'lumotlar bazasi yaratilmoqda",
    ru: 'Создаётся база данных в {folder}',
    en: 'Creating the database in {folder}',
  },
  starting: {
    uz: 'PostgreSQL {version} ishga tushirilmoqda',
    ru: 'Запускается PostgreSQL {version}',
    en: 'Starting PostgreSQL {version}',
  },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

/** A step of a start that a person may wait for. */
export interface Progress {
  readonly step: keyof typeof STEPS;
  readonly details: FaultDetails;
}

/** The line to print for a step, in the reader's language. */
export function progressLine(progress: Progress, language: Language): string {
  return fill(STEPS[progress.step][language], progress.details);
}
