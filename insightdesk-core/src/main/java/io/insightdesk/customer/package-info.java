/**
 * People who ask, their mail addresses, and the organizations they belong to.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.customer;

import org.jspecify.annotations.NullMarked;
