/** Background jobs: enqueued in the caller's transaction, done at least once, retried with growing pauses, kept when dead. */
@NullMarked
package io.insightdesk.job;

import org.jspecify.annotations.NullMarked;
