@NullMarked
package io.insightdesk.devenv.junit;

import org.jspecify.annotations.NullMarked;
