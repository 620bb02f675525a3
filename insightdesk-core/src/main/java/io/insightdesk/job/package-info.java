/**
 * Background jobs: enqueued in the caller's transaction, done at least once, retried with growing pauses, kept when dead.
 *
 * <p>That a job is done is written down with others, up to 500 at once or after 2 milliseconds. So a node that dies has these done
 * again by another, besides what it was doing: at most what it finished since the last write, which is a few milliseconds ago, and
 * longer only where the database did not answer. A database server that crashes forgets no job and no end of one; it may forget
 * that a node took a job in the last half second, which is then done once more.
 *
 * <p>Due jobs go by their due time, a minute earlier for each point of priority. Tenants take turns, whatever their jobs'
 * priorities are, so that one with a hundred thousand jobs does not delay one with a single.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.job;

import org.jspecify.annotations.NullMarked;
