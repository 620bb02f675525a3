/**
 * The event log: what happened to a ticket, who did it and through what. Events are written in the transaction of the change,
 * never altered, and numbered without gaps per ticket. They are the source of the activity list and of durable subscriptions.
 */
@NullMarked
package io.insightdesk.event;

import org.jspecify.annotations.NullMarked;
