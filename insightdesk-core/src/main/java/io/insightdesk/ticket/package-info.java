/**
 * Tickets: what customers ask for, with number, status, priority, assignee and tags.
 *
 * <p>A ticket is {@code new} until an agent touches it, {@code open} while work is due, {@code pending} while the customer is asked,
 * {@code on_hold} while a third party is, {@code resolved}, and {@code closed} for good after a while.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.ticket;

import org.jspecify.annotations.NullMarked;
