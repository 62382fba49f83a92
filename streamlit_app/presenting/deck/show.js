// Where a presentation is: the slide, how far it is built up, and what covers it.
export class Show extends EventTarget {
  // slides: [{ name, steps }], in the lecture's order.
  constructor(slides) {
    super();
    this.slides = slides;
    this.state = { slide: 0, step: 0, blank: false, experiment: false };
  }

  get now() { return this.slides[this.state.slide]; }

  indexOf(name) { return this.slides.findIndex((slide) => slide.name === name); }

  // Sends "change" with the state before and where the change comes from: "here" (a key, a button),
  // "address" (the history) or "other" (another window).
  change(part, source = "here") {
    const before = this.state;
    const slide = clamp(part.slide ?? before.slide, this.slides.length - 1);
    const turned = slide !== before.slide;
    const covered = turned ? { blank: false, experiment: false } : {};
    const next = { ...before, ...covered, ...part, slide };
    next.step = clamp(part.step ?? (turned ? 0 : before.step), this.slides[slide].steps);
    if (Object.keys(next).every((key) => next[key] === before[key])) return false;
    this.state = next;
    this.dispatchEvent(new CustomEvent("change", { detail: { before, source } }));
    return true;
  }

  // What covers the slide goes first, and the slide is where it was.
  uncover() {
    const { blank, experiment } = this.state;
    return (blank || experiment) && this.change({ blank: false, experiment: false });
  }

  forward() {
    if (this.uncover()) return true;
    const { slide, step } = this.state;
    if (step < this.now.steps) return this.change({ step: step + 1 });
    return slide < this.slides.length - 1 && this.change({ slide: slide + 1 });
  }

  // Going back shows the slide before complete.
  back() {
    if (this.uncover()) return true;
    const { slide, step } = this.state;
    if (step > 0) return this.change({ step: step - 1 });
    return slide > 0 && this.change({ slide: slide - 1, step: this.slides[slide - 1].steps });
  }
}

const clamp = (value, most) => Math.min(Math.max(Math.trunc(Number(value)) || 0, 0), most);
