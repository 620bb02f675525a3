/** Tests of what is behind the resources. */
@NullMarked
package io.insightdesk.jaxrs.internal;

import org.jspecify.annotations.NullMarked;
