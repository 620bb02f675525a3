/**
 * Mail in and mail out: raw messages become tickets and messages, and agents' answers leave by SMTP.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.mail;

import org.jspecify.annotations.NullMarked;
