/** Little geography: metres on the ground, near enough for a town. */

const METRES_PER_DEGREE = 111_320;

/** A point some metres away, to the bearing in degrees. */
export function moved(point, metres, bearing = 62) {
  const angle = (bearing * Math.PI) / 180;
  const latitude = point.latitude + (metres * Math.cos(angle)) / METRES_PER_DEGREE;
  const longitude =
    point.longitude + (metres * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((point.latitude * Math.PI) / 180));
  return { latitude: round(latitude), longitude: round(longitude) };
}

const round = (degrees) => Math.round(degrees * 1e6) / 1e6;

export function distance(a, b) {
  const middle = ((a.latitude + b.latitude) / 2) * (Math.PI / 180);
  const x = (b.longitude - a.longitude) * Math.cos(middle);
  const y = b.latitude - a.latitude;
  return Math.hypot(x, y) * METRES_PER_DEGREE;
}

/** "35 m", "1.2 km"; the unit reads the same in both languages here. */
export function metresText(metres) {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${Number((metres / 1000).toFixed(metres < 10_000 ? 1 : 0))} km`;
}

export function nearest(point, places) {
  let best = null;
  for (const place of places) {
    const metres = distance(point, place);
    if (!best || metres < best.metres) best = { place, metres };
  }
  return best;
}

/** "23.7,113.0" in any usual writing, or nothing. */
export function parsePoint(text) {
  const parts = text
    .trim()
    .split(/[\s,，;；]+/)
    .map(Number);
  if (parts.length !== 2 || parts.some(Number.isNaN)) return null;
  const [latitude, longitude] = parts;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}

/** A window on the ground: where its middle is and how many metres one pixel spans. */
export class GroundView {
  constructor(centre, metresPerPixel, width, height) {
    this.centre = centre;
    this.scale = metresPerPixel;
    this.width = width;
    this.height = height;
  }

  get metresPerLongitude() {
    return METRES_PER_DEGREE * Math.cos((this.centre.latitude * Math.PI) / 180);
  }

  toPixel({ latitude, longitude }) {
    return {
      x: this.width / 2 + ((longitude - this.centre.longitude) * this.metresPerLongitude) / this.scale,
      y: this.height / 2 - ((latitude - this.centre.latitude) * METRES_PER_DEGREE) / this.scale,
    };
  }

  toPoint(x, y) {
    return {
      latitude: round(this.centre.latitude - ((y - this.height / 2) * this.scale) / METRES_PER_DEGREE),
      longitude: round(this.centre.longitude + ((x - this.width / 2) * this.scale) / this.metresPerLongitude),
    };
  }

  pan(dx, dy) {
    this.centre = this.toPoint(this.width / 2 - dx, this.height / 2 - dy);
  }

  /** Nearer or farther, the ground under (x, y) staying where it is. */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const before = this.toPoint(x, y);
    this.scale = Math.min(20_000, Math.max(0.1, this.scale / factor));
    const after = this.toPoint(x, y);
    this.centre = {
      latitude: this.centre.latitude + before.latitude - after.latitude,
      longitude: this.centre.longitude + before.longitude - after.longitude,
    };
  }

  /** Show all of these with a margin. */
  fit(points, margin = 36) {
    if (!points.length) return;
    const lats = points.map((point) => point.latitude);
    const lons = points.map((point) => point.longitude);
    this.centre = {
      latitude: (Math.min(...lats) + Math.max(...lats)) / 2,
      longitude: (Math.min(...lons) + Math.max(...lons)) / 2,
    };
    const wide =
      ((Math.max(...lons) - Math.min(...lons)) * this.metresPerLongitude) / Math.max(1, this.width - 2 * margin);
    const high = ((Math.max(...lats) - Math.min(...lats)) * METRES_PER_DEGREE) / Math.max(1, this.height - 2 * margin);
    this.scale = Math.max(wide, high, 0.8);
  }
}
