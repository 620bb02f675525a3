/** How changes of many tickets are made. */
@NullMarked
package io.insightdesk.bulk.internal;

import org.jspecify.annotations.NullMarked;
