import type { Texts } from '../api/fields.ts';

/** Sentences of the refusals of this area, by reason. */
export const authMessages: Readonly<Record<string, Texts>> = {
  bad_credentials: {
    uz: 'Login yoki parol noto‘g‘ri',
    ru: 'Неверный логин или пароль',
    en: 'The name or the password is wrong',
  },
  not_signed_in: {
    uz: 'Avval tizimga kiring',
    ru: 'Сначала войдите в систему',
    en: 'Sign in first',
  },
  signed_out: {
    uz: 'Sessiya tugatilgan, qayta kiring',
    ru: 'Сеанс завершён, войдите снова',
    en: 'This sign-in has ended; sign in again',
  },
  token_expired: {
    uz: 'Kirish muddati tugadi',
    ru: 'Срок входа истёк',
    en: 'The access token has expired',
  },
  invalid_token: { uz: 'Token yaroqsiz', ru: 'Токен недействителен', en: 'The token is not valid' },
  refresh_revoked: {
    uz: 'Sessiya bekor qilingan, qayta kiring',
    ru: 'Сеанс отозван, войдите снова',
    en: 'The refresh token is not valid any more; sign in again',
  },
  setup_token_invalid: {
    uz: 'Havola ishlatilgan yoki muddati o‘tgan; yangisi uchun platformani qayta ishga tushiring',
    ru: 'Ссылка использована или истекла; для новой перезапустите платформу',
    en: 'The set-up link was used or has expired; start the platform again for a new one',
  },
  password_must_change: {
    uz: 'Bu parolni {set_by} belgilagan; faqat o‘zingiz biladigan yangi parol tanlang',
    ru: 'Этот пароль задал(а) {set_by}; выберите новый, который знаете только вы',
    en: '{set_by} set this password; choose one that only you know',
  },
  password_unchanged: {
    uz: 'Yangi parol eskisidan farqli bo‘lsin',
    ru: 'Новый пароль должен отличаться от прежнего',
    en: 'The new password must differ from the old one',
  },
  weak_password: {
    uz: 'Parol {min_length}–{max_length} belgi, turli belgilardan va logindan farqli bo‘lsin',
    ru: 'Пароль — от {min_length} до {max_length} разных символов и не совпадает с логином',
    en: 'A password has {min_length} to {max_length} varied characters and isn’t the name',
  },
  invalid_username: {
    uz: 'Login 2–64 belgi: a–z, 0–9, nuqta, chiziqcha, pastki chiziq',
    ru: 'Логин — 2–64 символа: a–z, 0–9, точка, дефис, подчёркивание',
    en: 'A username is 2 to 64 characters: a–z, 0–9, dot, dash, underscore',
  },
  unknown_role: {
    uz: '“{role}” roli yo‘q',
    ru: 'Роли «{role}» нет',
    en: 'There is no role “{role}”',
  },
  invalid_full_name: {
    uz: 'Ismda harflar bo‘lsin; ko‘rinmaydigan belgilar bo‘lmasin',
    ru: 'В имени должны быть буквы и не должно быть невидимых символов',
    en: 'A name has letters, and no characters that can’t be seen',
  },
  username_taken: {
    uz: '“{username}” logini band; boshqasini tanlang',
    ru: 'Логин «{username}» занят; выберите другой',
    en: 'The username “{username}” is taken; choose another',
  },
  registration_closed: {
    uz: 'Bu yerda o‘zi ro‘yxatdan o‘tish yopiq; administratorga murojaat qiling',
    ru: 'Самостоятельная регистрация здесь закрыта; обратитесь к администратору',
    en: 'Nobody can register by themselves here; ask an administrator',
  },
  registration_waits: {
    uz: 'Siz ro‘yxatdan o‘tgansiz, lekin administrator hali ruxsat bermagan',
    ru: 'Вы зарегистрированы, но администратор ещё не открыл вам вход',
    en: 'You have registered, but an administrator has still to let you in',
  },
  own_roles: {
    uz: 'Hech kim o‘ziga rol bermaydi; administratorga murojaat qiling.',
    ru: 'Никто не назначает роли сам себе; обратитесь к администратору.',
    en: 'Nobody gives himself roles; ask an administrator.',
  },
  administrator_only: {
    uz: 'Administratorni faqat administrator tayinlaydi yoki o‘zgartiradi',
    ru: 'Назначать и менять администратора может только администратор',
    en: 'Only an administrator may make or change an administrator',
  },
  last_administrator: {
    uz: 'Kamida bitta faol administrator qolishi kerak',
    ru: 'Должен остаться хотя бы один активный администратор',
    en: 'One active administrator has to remain',
  },
  person_required: {
    uz: 'Buni faqat odam bajaradi',
    ru: 'Это может сделать только человек',
    en: 'Only a person can do this',
  },
  overloaded: {
    uz: 'Tizim band, birozdan so‘ng urinib ko‘ring',
    ru: 'Система занята, попробуйте чуть позже',
    en: 'The platform is busy; try again shortly',
  },
};
