const JOB_TYPE = {
    label: "Hello",
    settings: [{ key: "name", type: "string", required: true }],
};

function compileJob(job) {
    const name = job.settings.name.trim();
    if (name === "") throw new Error("no name was given");
    print("greeting", name);
    const task = author.Task("greet", "misc");
    task.addCommand(author.Command("echo", { message: `Hello, ${name}!` }));
    job.addTask(task);
}
