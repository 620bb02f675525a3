/** How tenants are kept. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.tenant.internal;

import org.jspecify.annotations.NullMarked;
