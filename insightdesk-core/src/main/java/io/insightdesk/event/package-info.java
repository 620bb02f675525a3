/**
 * The event log: what happened to a ticket, who did it and through what. Events are written in the transaction of the change,
 * never altered, and numbered without gaps per ticket. They are the source of the activity list and of durable subscriptions.
 *
 * <p>What is about no ticket is the audit trail of the tenant: its values that tell of persons are apart and can be erased, and
 * it is sealed, so that it cannot be changed unseen.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.event;

import org.jspecify.annotations.NullMarked;
