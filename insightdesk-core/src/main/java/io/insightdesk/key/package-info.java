/**
 * The keys of the library. Integrity keys guard what leaves the library and comes back: cursors, links, reply tokens. Encryption
 * keys guard secrets that are kept in the database.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.key;

import org.jspecify.annotations.NullMarked;
