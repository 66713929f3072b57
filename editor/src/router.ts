import { createRouter, createWebHistory } from 'vue-router';
import { openFlows } from './data/auth.ts';
import { isFlows, safeNext } from './domain/next.ts';
import { useIdentity } from './stores/identity.ts';
import { useMeta } from './stores/meta.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Open to people who haven't signed in. */
    public?: boolean;
    /** Fills the screen: no menu, large touch targets. */
    kiosk?: boolean;
    /** Key of the title under `place.`. */
    title?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    {
      path: '/sign-in',
      name: 'signIn',
      component: () => import('./pages/SignInPage.vue'),
      meta: { public: true, title: 'signIn' },
    },
    {
      path: '/register',
      name: 'register',
      component: () => import('./pages/RegisterPage.vue'),
      meta: { public: true, title: 'register' },
    },
    {
      path: '/setup',
      name: 'setup',
      component: () => import('./pages/SetupPage.vue'),
      meta: { public: true, title: 'setup' },
    },
    {
      path: '/',
      name: 'home',
      component: () => import('./pages/HomePage.vue'),
      meta: { title: 'home' },
    },
    {
      path: '/kiosk',
      name: 'kiosk',
      component: () => import('./pages/KioskPage.vue'),
      meta: { kiosk: true, title: 'kiosk' },
    },
    {
      path: '/sessions',
      name: 'sessions',
      component: () => import('./pages/SessionsPage.vue'),
      meta: { title: 'sessions' },
    },
    {
      path: '/sessions/new',
      name: 'sessionNew',
      component: () => import('./pages/SessionNewPage.vue'),
      meta: { title: 'sessionNew' },
    },
    {
      path: '/sessions/:id',
      name: 'session',
      component: () => import('./pages/SessionPage.vue'),
      meta: { title: 'session' },
    },
    {
      path: '/packages',
      name: 'packages',
      component: () => import('./pages/PackagesPage.vue'),
      meta: { title: 'packages' },
    },
    {
      path: '/degassing',
      name: 'degassing',
      component: () => import('./pages/DegassingPage.vue'),
      meta: { title: 'degassing' },
    },
    {
      path: '/quality',
      name: 'quality',
      component: () => import('./pages/QualityPage.vue'),
      meta: { title: 'quality' },
    },
    {
      path: '/transfers',
      name: 'transfers',
      component: () => import('./pages/TransfersPage.vue'),
      meta: { title: 'transfers' },
    },
    {
      path: '/transfers/send/:direction',
      name: 'transferSend',
      component: () => import('./pages/TransferSendPage.vue'),
      meta: { title: 'transferSend' },
    },
    {
      path: '/transfers/:id/receive',
      name: 'transferReceive',
      component: () => import('./pages/TransferReceivePage.vue'),
      meta: { title: 'transferReceive' },
    },
    {
      path: '/snapshot',
      name: 'snapshot',
      component: () => import('./pages/SnapshotPage.vue'),
      meta: { title: 'snapshot' },
    },
    {
      path: '/stock',
      name: 'stock',
      component: () => import('./pages/StockPage.vue'),
      meta: { title: 'stock' },
    },
    {
      path: '/approvals/:id?',
      name: 'approvals',
      component: () => import('./pages/ApprovalsPage.vue'),
      meta: { title: 'approvals' },
    },
    {
      path: '/gates',
      name: 'gates',
      component: () => import('./pages/GatesPage.vue'),
      meta: { title: 'gates' },
    },
    {
      path: '/alerts/:id?',
      name: 'alerts',
      component: () => import('./pages/AlertsPage.vue'),
      meta: { title: 'alerts' },
    },
    {
      path: '/channels',
      name: 'channels',
      component: () => import('./pages/ChannelsPage.vue'),
      meta: { title: 'channels' },
    },
    {
      path: '/rules',
      name: 'rules',
      component: () => import('./pages/RulesPage.vue'),
      meta: { title: 'rules' },
    },
    {
      path: '/rules/rehearsals',
      name: 'rehearsals',
      component: () => import('./pages/RehearsalsPage.vue'),
      meta: { title: 'rehearsals' },
    },
    {
      path: '/automations',
      name: 'automations',
      component: () => import('./pages/AutomationsPage.vue'),
      meta: { title: 'automations' },
    },
    {
      path: '/automations/:rule',
      name: 'automation',
      component: () => import('./pages/AutomationPage.vue'),
      meta: { title: 'automation' },
    },
    {
      path: '/devices',
      name: 'devices',
      component: () => import('./pages/DevicesPage.vue'),
      meta: { title: 'devices' },
    },
    {
      path: '/switches',
      name: 'switches',
      component: () => import('./pages/SwitchesPage.vue'),
      meta: { title: 'switches' },
    },
    {
      path: '/users',
      name: 'users',
      component: () => import('./pages/UsersPage.vue'),
      meta: { title: 'users' },
    },
    {
      path: '/audit',
      name: 'audit',
      component: () => import('./pages/AuditPage.vue'),
      meta: { title: 'audit' },
    },
    {
      path: '/import',
      name: 'import',
      component: () => import('./pages/ImportPage.vue'),
      meta: { title: 'import' },
    },
    {
      path: '/:rest(.*)*',
      name: 'nowhere',
      component: () => import('./pages/NowherePage.vue'),
      meta: { title: 'nowhere' },
    },
  ],
});

router.beforeEach(async (to) => {
  const identity = useIdentity();
  await identity.known();
  if (identity.me !== null)
    await useMeta()
      .know(identity.me.id)
      .catch(() => undefined);
  if ((to.name === 'signIn' || to.name === 'register') && identity.me !== null)
    return afterSignIn(to.query.next);
  if (to.meta.public === true || identity.me !== null) return true;
  return { name: 'signIn', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
});

/** Who is signed in already needs no form; Node-RED gets its pass on the way. */
async function afterSignIn(next: unknown): Promise<string | false> {
  const place = safeNext(next);
  if (!isFlows(place)) return place;
  try {
    await openFlows();
  } catch {
    return '/';
  }
  location.replace(place);
  return false;
}
