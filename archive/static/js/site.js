/* What the pages gain with script. Each module finds its own parts by data attributes and does nothing without them. */
import "./theme_choice.js";
import "./sound.js";
import "./ticket.js";
import "./forms.js";
import "./buybar.js";
import "./image_viewer.js";
import "./keys.js";
import "./suggest.js";
import "./spot.js";
import "./queue_keys.js";
