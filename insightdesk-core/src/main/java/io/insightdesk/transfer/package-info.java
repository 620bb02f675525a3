/**
 * Data that leave, and data that go. Of a tenant: the export, and the deletion with a proof; both belong to the host's own code,
 * which nobody's permissions are checked for. Of a person: the export and the erasure; what is kept for how long, and what must be
 * kept.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.transfer;

import org.jspecify.annotations.NullMarked;
