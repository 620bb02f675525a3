/** The keys that guard what leaves the library and comes back: cursors, links, reply tokens. */
@NullMarked
package io.insightdesk.key;

import org.jspecify.annotations.NullMarked;
