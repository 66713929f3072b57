/** HTTP: gateway, envelope, OpenAPI, streams, metrics, the web app's files. */
export { refusalOf, sentenceOf, type Translate } from './answer.ts';
export { API_PREFIX, type GatewayOptions, gatewayService, uniqueRoutes } from './gateway.ts';
export type { Authenticator } from './handle.ts';
export { createLog, type Log, type LogOptions } from './log.ts';
export { httpMessages } from './messages.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { type OpenApiOptions, openApiOf } from './openapi.ts';
export { aMinute, refuseTired, take } from './rate-limit.ts';
export * from './route.ts';
export { authRoutes } from './routes/auth.ts';
export { streamRoute } from './routes/stream.ts';
export { openApiRoute, type Readiness, systemRoutes } from './routes/system.ts';
export { type Permission, userRoutes } from './routes/users.ts';
export {
  type HttpOptions,
  type HttpServer,
  type HttpSettings,
  type Proxy,
  type ServiceHost,
  startHttp,
} from './server.ts';
export { inspectJson } from './strict-json.ts';
