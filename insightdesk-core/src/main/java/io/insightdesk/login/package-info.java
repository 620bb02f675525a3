/**
 * The library's own login, for installations without users of their own: passwords, sessions with short access tokens and
 * rotating refresh tokens, second factors, invitations. Off unless {@link io.insightdesk.InsightDesk.Builder#login} switches it
 * on; hosts with users of their own need none of it, nor the libraries that it needs.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.login;

import org.jspecify.annotations.NullMarked;
