/** The resources of the HTTP API and what they have in common. No promise is made for these types. */
@NullMarked
package io.insightdesk.jaxrs.internal;

import org.jspecify.annotations.NullMarked;
