/**
 * The conversation of a ticket: messages of customers and agents, internal notes, and attachments.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.conversation;

import org.jspecify.annotations.NullMarked;
