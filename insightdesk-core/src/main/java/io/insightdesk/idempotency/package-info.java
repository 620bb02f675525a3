/**
 * Remembered answers, so that a repeated request has the effect of one.
 *
 * @apiNote For adapters: may change with any minor release.
 */
@NullMarked
package io.insightdesk.idempotency;

import org.jspecify.annotations.NullMarked;
