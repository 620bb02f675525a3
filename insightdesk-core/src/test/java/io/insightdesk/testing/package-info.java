/** What tests of several features need. */
@NullMarked
package io.insightdesk.testing;

import org.jspecify.annotations.NullMarked;
