/**
 * The standalone server: a program around the library, for those who have no application to embed it in. Not an API.
 */
@NullMarked
package io.insightdesk.server;

import org.jspecify.annotations.NullMarked;
