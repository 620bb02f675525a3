/** What a person may ask for: an export and an erasure; what is kept for how long, and what must be kept. */
@NullMarked
package io.insightdesk.transfer;

import org.jspecify.annotations.NullMarked;
