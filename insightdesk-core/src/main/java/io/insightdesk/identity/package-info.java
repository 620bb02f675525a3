/**
 * Who may do what: agents, teams, the three built-in roles with their permissions, API tokens, and how a host's own users become
 * agents.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.identity;

import org.jspecify.annotations.NullMarked;
