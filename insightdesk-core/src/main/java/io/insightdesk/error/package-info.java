/**
 * The exceptions of InsightDesk: few, by what the caller can do about them. The exact reason is a stable
 * {@link io.insightdesk.error.InsightDeskException#code() code} and typed fields, not another class.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.error;

import org.jspecify.annotations.NullMarked;
