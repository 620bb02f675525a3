/**
 * Data that leave: the export of a tenant, and its deletion with a proof. Both belong to the host's own code, which nobody's
 * permissions are checked for.
 */
@NullMarked
package io.insightdesk.transfer;

import org.jspecify.annotations.NullMarked;
