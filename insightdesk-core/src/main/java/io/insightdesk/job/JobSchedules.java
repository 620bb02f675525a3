package io.insightdesk.job;

import java.util.Optional;

/**
 * Recurring jobs of one tenant, or, on the library itself, of the host. A schedule enqueues its job by each firing, once in the
 * whole cluster, on any node whose workers are started and work on {@link NewJob#DEFAULT_QUEUE}; the job then goes the way of all
 * {@link Jobs}. Every change is part of the caller's transaction. The schedules of others do not exist here. Thread-safe, except on
 * a host's open transaction, where one thread works.
 *
 * @since 0.1.0
 */
public interface JobSchedules {

    /**
     * Makes a schedule, or makes the one of that name like this. Meant to be called by every node at every start: one that is like
     * this already is left as it is, next firing included. Another trigger counts from now, and what is due and has not fired is
     * given up; everything else about a schedule changes without moving its next firing. A paused one stays paused. Jobs that are
     * enqueued stay as they are. Needs {@code job:admin}.
     *
     * @param schedule how it shall be
     * @return the schedule as it is stored
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     * @throws io.insightdesk.error.ConflictException with code {@code job_schedule_busy} when others make and delete it all the time
     */
    JobSchedule put(NewJobSchedule schedule);

    /**
     * Looks a schedule up. Needs {@code job:read}.
     *
     * @param name its name
     * @return the schedule; empty when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    Optional<JobSchedule> find(String name);

    /**
     * Lists the schedules by their names, in the order of their characters' codes. Needs {@code job:read}.
     *
     * @param query which part
     * @return the part
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     * @throws io.insightdesk.error.InvalidInputException when the cursor is not one of this list
     */
    JobSchedulePage list(JobScheduleQuery query);

    /**
     * Lets a schedule fire no more until it is resumed, on all nodes; nothing happens to one that is paused. Jobs that are enqueued
     * stay. Needs {@code job:admin}.
     *
     * @param name its name
     * @return the schedule as it is stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    JobSchedule pause(String name);

    /**
     * Lets a paused schedule fire again, counted from now: what came due in between is not made up for. Nothing happens to one that
     * is not paused. Needs {@code job:admin}.
     *
     * @param name its name
     * @return the schedule as it is stored
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    JobSchedule resume(String name);

    /**
     * Removes a schedule. Jobs that are enqueued stay. Needs {@code job:admin}.
     *
     * @param name its name
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    void remove(String name);

    /**
     * Enqueues a schedule's job now, besides its firings, which it does not move; also while it is paused. Needs {@code job:admin}.
     *
     * @param name its name
     * @return the new job, or, where its jobs do not overlap, the one that waits or runs already
     * @throws io.insightdesk.error.NotFoundException when there is none
     * @throws io.insightdesk.error.AccessDeniedException when the actor may not do this
     */
    JobId runNow(String name);
}
