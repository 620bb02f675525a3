/** What the tests of several features stand on. */
@NullMarked
package io.insightdesk.testing;

import org.jspecify.annotations.NullMarked;
