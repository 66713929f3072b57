import { type DocsOf, doc } from './doc.ts';

const TITLE = doc('What people call it.', 'Odamlar uni nima deb ataydi.', 'Как это называют люди.');

/** What the plant itself keeps and shows. */
export const MODEL: DocsOf<'entity' | 'screen'> = {
  entity: {
    block: doc(
      'A kind of record of the plant’s own.',
      'Zavodning o‘z yozuv turi.',
      'Собственный вид записей предприятия.',
    ),
    clauses: {
      title: TITLE,
      label: doc(
        'What people call a field or a state.',
        'Maydon yoki holat odamlar tilida.',
        'Как люди называют поле или состояние.',
      ),
      field: doc('A field with its type.', 'Maydon va uning turi.', 'Поле и его тип.'),
      states: doc(
        'The states, the first one where it begins.',
        'Holatlar; birinchisidan boshlanadi.',
        'Состояния; первое — начальное.',
      ),
      move: doc(
        'From which states to which one, by whom and when.',
        'Qaysi holatdan qaysi holatga, kim va qachon.',
        'Из каких состояний в какое, кем и когда.',
      ),
      key: doc(
        'Fields that are unique together.',
        'Birgalikda takrorlanmaydigan maydonlar.',
        'Поля, которые вместе не повторяются.',
      ),
      read: doc('Who may see it.', 'Kim ko‘rishi mumkin.', 'Кто может видеть.'),
      write: doc('Who may change it.', 'Kim o‘zgartirishi mumkin.', 'Кто может изменять.'),
    },
  },
  screen: {
    block: doc('A screen for a role.', 'Rol uchun ekran.', 'Экран для роли.'),
    clauses: {
      record: doc('The record it shows.', 'Qaysi yozuvni ko‘rsatadi.', 'Какую запись показывает.'),
      operation: doc(
        'The operation it asks for.',
        'Qaysi amalni bajaradi.',
        'Какую операцию выполняет.',
      ),
      title: TITLE,
      show: doc('What is shown at the top.', 'Yuqorida nima ko‘rsatiladi.', 'Что показать вверху.'),
      fields: doc('The fields, in this order.', 'Maydonlar, shu tartibda.', 'Поля в этом порядке.'),
      list: doc('A list with its columns.', 'Ro‘yxat va ustunlari.', 'Список и его столбцы.'),
      button: doc('A button for an operation.', 'Amal tugmasi.', 'Кнопка операции.'),
      filter: doc(
        'Fields the list can be narrowed by.',
        'Ro‘yxatni toraytiradigan maydonlar.',
        'Поля, по которым можно отобрать.',
      ),
    },
  },
};
