/** HTML made safe and HTML made readable. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.internal.html;

import org.jspecify.annotations.NullMarked;
