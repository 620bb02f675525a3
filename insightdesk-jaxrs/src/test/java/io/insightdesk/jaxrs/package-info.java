/** Tests of the HTTP API, which run on two implementations of Jakarta REST. */
@NullMarked
package io.insightdesk.jaxrs;

import org.jspecify.annotations.NullMarked;
