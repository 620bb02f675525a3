/** How keys are kept and used. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.key.internal;

import org.jspecify.annotations.NullMarked;
