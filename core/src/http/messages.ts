import type { Texts } from '../api/fields.ts';

/** Sentences of the refusals of this area, by reason. */
export const httpMessages: Readonly<Record<string, Texts>> = {
  database_away: {
    uz: 'Ma’lumotlar bazasiga ulanib bo‘lmadi; birozdan so‘ng qayta urining.',
    ru: 'База данных недоступна; повторите чуть позже.',
    en: 'The database can’t be reached; try again shortly.',
  },
  internal: {
    uz: 'Serverda xatolik yuz berdi',
    ru: 'На сервере произошла ошибка',
    en: 'Something went wrong on the server',
  },
  unknown_route: {
    uz: 'Bunday manzil yo‘q',
    ru: 'Такого адреса нет',
    en: 'There is nothing at this address',
  },
  unknown_operation: {
    uz: '{operation} degan amal yo‘q; borlari GET /api/v1/meta da',
    ru: 'Операции {operation} нет; какие есть, скажет GET /api/v1/meta',
    en: 'There is no operation {operation}; GET /api/v1/meta lists those there are',
  },
  malformed_json: {
    uz: 'So‘rov to‘g‘ri JSON emas',
    ru: 'Тело запроса — не JSON',
    en: 'The body is not valid JSON in UTF-8',
  },
  duplicate_key: {
    uz: 'JSON ichida kalit takrorlangan',
    ru: 'В JSON повторяется ключ',
    en: 'The body holds a key twice',
  },
  forbidden_key: {
    uz: 'JSON ichida taqiqlangan kalit bor',
    ru: 'В JSON запрещённый ключ',
    en: 'The body holds a forbidden key',
  },
  forbidden_character: {
    uz: 'So‘rovda saqlab bo‘lmaydigan belgi bor: NUL yoki juftining yarmi (\\ud800–\\udfff)',
    ru: 'В запросе символ, который нельзя сохранить: NUL или половина пары (\\ud800–\\udfff)',
    en: 'The body holds a character that can’t be kept: NUL, or half of a pair (\\ud800–\\udfff)',
  },
  too_deep: { uz: 'JSON juda chuqur', ru: 'Слишком глубокий JSON', en: 'The body nests too deep' },
  unsupported_media_type: {
    uz: 'application/json kerak',
    ru: 'Нужен application/json',
    en: 'The body must be application/json',
  },
  unsupported_encoding: {
    uz: 'Bu Content-Encoding qo‘llanmaydi',
    ru: 'Такой Content-Encoding не поддерживается',
    en: 'This Content-Encoding is not supported',
  },
  body_too_large: {
    uz: 'So‘rov {limit} baytdan katta',
    ru: 'Запрос больше {limit} байт',
    en: 'The body is larger than {limit} bytes',
  },
  body_incomplete: {
    uz: 'So‘rov to‘liq kelmadi',
    ru: 'Запрос пришёл не полностью',
    en: 'The body ended before its time',
  },
  bad_path: {
    uz: 'So‘rov yo‘li noto‘g‘ri',
    ru: 'Неверный путь запроса',
    en: 'The path of the request is malformed',
  },
  bad_query: {
    uz: 'So‘rov parametrlari noto‘g‘ri',
    ru: 'Неверные параметры запроса',
    en: 'The query is malformed',
  },
  role_required: {
    uz: 'Bunga rolingiz yetmaydi; kerak: {roles}',
    ru: 'Недостаточно прав; нужна роль: {roles}',
    en: 'This needs one of the roles: {roles}',
  },
  rate_limited: {
    uz: 'So‘rovlar juda ko‘p; {retry_after} soniyadan so‘ng urinib ko‘ring',
    ru: 'Слишком много запросов; повторите через {retry_after} с',
    en: 'Too many requests; try again in {retry_after} s',
  },
  metrics_token_required: {
    uz: 'METRICS_TOKEN kerak',
    ru: 'Нужен METRICS_TOKEN',
    en: 'Metrics need the METRICS_TOKEN from other machines',
  },
  bad_frame: {
    uz: 'Xabarda “{field}” yo‘q yoki noto‘g‘ri',
    ru: 'В сообщении нет «{field}» или оно неверно',
    en: 'The frame lacks “{field}”, or it is wrong',
  },
  too_many_sessions: {
    uz: 'Bir vaqtda ko‘pi bilan {most} ta ulanish mumkin; boshqasini yoping',
    ru: 'Одновременно можно {most} подключений; закройте другое',
    en: 'At most {most} connections at a time; close another one',
  },
  bad_topics: {
    uz: '1–50 ta mavzu bering, vergul bilan',
    ru: 'Укажите от 1 до 50 тем через запятую',
    en: 'Give 1 to 50 topics, separated by commas',
  },
  bad_last_event_id: {
    uz: 'Last-Event-ID noto‘g‘ri',
    ru: 'Неверный Last-Event-ID',
    en: 'Last-Event-ID is the id of an event of this stream',
  },
};
