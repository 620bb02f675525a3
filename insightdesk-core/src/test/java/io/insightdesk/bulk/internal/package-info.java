@NullMarked
package io.insightdesk.bulk.internal;

import org.jspecify.annotations.NullMarked;
