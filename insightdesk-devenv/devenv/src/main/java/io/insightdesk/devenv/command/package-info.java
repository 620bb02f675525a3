/**
 * The command {@code desk}: starts, shows and ends the servers of one checkout, looks after their database, and says why
 * something does not work. {@link io.insightdesk.devenv.command.Main} is its entry point; everything else is reached
 * through it.
 *
 * @apiNote For adapters: may change with any minor release.
 */
@NullMarked
package io.insightdesk.devenv.command;

import org.jspecify.annotations.NullMarked;
