// Shows the state of a presentation in the document.
const announced = document.querySelector(".announced");
const blank = document.querySelector(".blank");
const said = document.querySelector(".said");
let timer;

export function stage(show, articles) {
  const draw = () => {
    const { slide, step, blank: isBlank } = show.state;
    articles.forEach((article, at) => {
      article.toggleAttribute("data-shown", at === slide);
      article.toggleAttribute("data-next", at === slide + 1);
      if (at === slide) build(article, step);
    });
    blank.hidden = !isBlank || document.documentElement.dataset.view === "presenter";
    document.title = `${articles[slide].getAttribute("aria-label")} · pyfrontiers`;
  };
  show.addEventListener("change", ({ detail }) => {
    draw();
    const { slide, step } = show.state;
    announce(articles[slide], step, slide === detail.before.slide);
    if (slide !== detail.before.slide) scrollTo(0, 0);
  });
  draw();
}

function build(article, step) {
  for (const part of article.querySelectorAll("[data-step]")) {
    part.classList.toggle("later", Number(part.dataset.step) > step);
  }
}

function announce(article, step, sameSlide) {
  const part = sameSlide && article.querySelector(`[data-step="${step}"]`);
  const message = `${article.getAttribute("aria-label")}. ${article.querySelector("h2").textContent}`;
  announced.textContent = part ? part.textContent : message;
}

// A sentence for the person at the keyboard, such as that a link leads nowhere.
export function say(sentence) {
  said.textContent = sentence;
  said.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { said.hidden = true; }, 6000);
}
