/** How {@code io.insightdesk.conversation} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.conversation.internal;

import org.jspecify.annotations.NullMarked;
