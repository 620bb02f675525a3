/**
 * Transactions, tenant scoping and schema migration. The only place that opens connections or touches roles. Not for hosts: no
 * promise is made.
 */
@NullMarked
package io.insightdesk.internal.db;

import org.jspecify.annotations.NullMarked;
