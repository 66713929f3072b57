const TEXTS = {
  search: {
    uz: 'Qidirish: yo‘l, nom, rol',
    ru: 'Поиск: путь, имя, роль',
    en: 'Search: path, name, role',
  },
  signIn: { uz: 'Kirish', ru: 'Войти', en: 'Sign in' },
  signedIn: { uz: 'Kirilgan', ru: 'Вход выполнен', en: 'Signed in' },
  tokenPrompt: {
    uz: 'Ilovaga kirilmagan. Access tokenni qo‘ying:',
    ru: 'Вход в приложение не выполнен. Вставьте access-токен:',
    en: 'You are not signed in to the app. Paste an access token:',
  },
  roles: { uz: 'Rollar', ru: 'Роли', en: 'Roles' },
  anyone: { uz: 'kirgan har kim', ru: 'любой вошедший', en: 'anyone signed in' },
  public: { uz: 'ochiq', ru: 'открыто', en: 'public' },
  parameters: { uz: 'Parametrlar', ru: 'Параметры', en: 'Parameters' },
  body: { uz: 'So‘rov tanasi', ru: 'Тело запроса', en: 'Request body' },
  responses: { uz: 'Javoblar', ru: 'Ответы', en: 'Responses' },
  example: { uz: 'Namuna', ru: 'Пример', en: 'Example' },
  send: { uz: 'Yuborish', ru: 'Отправить', en: 'Send' },
  required: { uz: 'majburiy', ru: 'обязательно', en: 'required' },
  nothing: { uz: 'Hech narsa topilmadi', ru: 'Ничего не найдено', en: 'Nothing found' },
  failed: {
    uz: 'Hujjatni o‘qib bo‘lmadi',
    ru: 'Не удалось прочитать документ',
    en: 'The document could not be read',
  },
};

export const languages = ['uz', 'ru', 'en'];

let current = localStorage.getItem('qoida.docs.language') ?? 'uz';
if (!languages.includes(current)) current = 'uz';

export const language = () => current;

export function setLanguage(value) {
  current = value;
  localStorage.setItem('qoida.docs.language', value);
  document.documentElement.lang = value;
}

export const say = (key) => TEXTS[key][current];
