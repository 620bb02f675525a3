@NullMarked
package io.insightdesk.transfer.internal;

import org.jspecify.annotations.NullMarked;
