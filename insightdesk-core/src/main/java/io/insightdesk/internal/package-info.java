/** What all features stand on: identifiers, JSON, cursors, the scope of a call. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.internal;

import org.jspecify.annotations.NullMarked;
