/**
 * Blobs: the contents of attachments and raw mails, in the file system or in the database.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.storage;

import org.jspecify.annotations.NullMarked;
