/**
 * The HTTP API as Jakarta REST resources, to be mounted in an application of its own
 * ({@link io.insightdesk.jaxrs.InsightDeskApplication}) or in a host's ({@link io.insightdesk.jaxrs.InsightDeskFeature}). Runs on
 * every implementation of Jakarta REST 3.1 and needs no dependency injection.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.jaxrs;

import org.jspecify.annotations.NullMarked;
